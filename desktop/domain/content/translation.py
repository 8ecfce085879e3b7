"""Messages in two languages, and a guess in which language a text is."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum

from desktop.domain.model.frozen import frozen


class TranslationService(StrEnum):
    """A service that translates by machine."""

    DEEPL = "deepl"
    LIBRETRANSLATE = "libretranslate"

    @property
    def display_name(self) -> str:
        """As the service writes its own name."""
        return {TranslationService.DEEPL: "DeepL"}.get(self, "LibreTranslate")


@frozen
class Translation:
    """A message with what a machine made of it.

    source_text: as it was written: the customer's message, or what the agent wrote before it was translated.
    translated_text: in the other language. Of a reply, what was sent: the agent may have edited it.
    source_language, target_language: codes (BCP 47); source_language "" if the service didn't say.
    is_ours: of a reply of ours, whose `Entry.text` is the translation.
    is_shown: the agent wants to see the other language too.
    """

    source_text: str
    translated_text: str
    source_language: str
    target_language: str
    service: TranslationService
    is_ours: bool = False
    is_shown: bool = True


@frozen
class OwnText:
    """What the agent wrote in their own language, kept beside a draft whose text is a translation of it.

    language: code of it, "" if the service didn't say. target_language: of the translation.
    """

    text: str
    language: str
    target_language: str
    service: TranslationService


@frozen
class CustomerLanguage:
    """What is known of a customer's language.

    code: "" while nothing is known. is_chosen: by the agent; else a service detected it, or a contact's attribute says
        it. translates: the agent wants this customer's messages translated as they come into view.
    """

    code: str = ""
    is_chosen: bool = False
    translates: bool = False


_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "zt": "zh", "pb": "pt"}


def base_language(code: str) -> str:
    """The language of a code without its region or script, for comparing: `pt` of `pt-BR`, `no` of `nb`."""
    base = re.split(r"[-_]", code.strip().casefold(), maxsplit=1)[0]
    return _SAME.get(base, base)


def is_same_language(one: str, other: str) -> bool:
    """Whether both codes are known and name one language, whatever its region."""
    return bool(one.strip()) and base_language(one) == base_language(other)


def best_target(wanted: str, offered: tuple[str, ...]) -> str:
    """The code among those that a service offers which fits a language best; "" if it offers none of it.

    Services that tell regions apart refuse a language without one: `pt` finds `pt-BR`.
    """
    exact = next((c for c in offered if c.casefold() == wanted.casefold().replace("_", "-")), "")
    return exact or next((c for c in offered if is_same_language(c, wanted)), "")


# --- a guess -----------------------------------------------------------------------------------------------------

_SCRIPTS = (
    ("arabic", "\u0600-\u06ff\u0750-\u077f"),
    ("cyrillic", "\u0400-\u04ff"),
    ("greek", "\u0370-\u03ff"),
    ("hebrew", "\u0590-\u05ff"),
    ("devanagari", "\u0900-\u097f"),
    ("bengali", "\u0980-\u09ff"),
    ("tamil", "\u0b80-\u0bff"),
    ("thai", "\u0e00-\u0e7f"),
    ("hangul", "\uac00-\ud7af"),
    ("kana", "\u3040-\u30ff"),
    ("han", "\u4e00-\u9fff"),
    ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff"),
)
_SCRIPT_PATTERNS = tuple((name, re.compile(f"[{letters}]")) for name, letters in _SCRIPTS)
_SCRIPTS_OF = {
    "arabic": ("ar", "fa", "ur", "ckb"),
    "cyrillic": ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky"),
    "greek": ("el",),
    "hebrew": ("he",),
    "devanagari": ("hi", "mr", "ne"),
    "bengali": ("bn",),
    "tamil": ("ta",),
    "thai": ("th",),
    "hangul": ("ko",),
    "kana": ("ja",),
    "han": ("zh", "ja"),
}
# Short words that one of these languages uses all the time, and the others seldom.
_WORDS = {
    "en": "the and is you my to of it are have this that with please was where when your hi hello thanks what can",
    "es": "el los que mi por para pero está gracias hola pedido una con cómo dónde cuándo todavía puedo tengo su",
    "pt": "os não meu minha obrigado obrigada olá oi que para por uma com onde quando ainda já você vocês está mas "
    "pedido sua ao posso tenho",
    "fr": "le les et est je vous pas mon bonjour merci une avec pour où quand mais encore ça colis suis j'ai c'est",
    "de": "der die das und ist ich nicht mein meine ein eine mit für hallo danke wo wann noch aber bitte wir habe",
    "it": "il che non è mio mia ciao grazie una con per dove quando ancora sono ho buongiorno posso ordine",
    "nl": "het een ik niet mijn met voor bedankt waar wanneer nog maar kunt heb ben graag pakket",
    "pl": "nie jest się moja mój dzień dobry dziękuję gdzie kiedy proszę czy że mam mogę",
    "tr": "bir ve değil benim merhaba teşekkürler nerede için çok mi var ne",
    "sv": "och inte är jag det hej tack min mitt med för var när men kan",
    "da": "og ikke er jeg det hej tak min mit med for hvor hvornår men kan",
    "ro": "nu este și mea meu bună mulțumesc unde când pentru dar sunt",
}
_WORD_SETS = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LOOKED_AT = 400
_NO_WORDS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[#@]\S+")


def differs_from(text: str, language: str) -> bool | None:
    """Whether a text is in another language than this one; None if that can't be told from its letters and its most
    common words. A guess that decides what is offered, never what is sent.
    """
    beginning = _NO_WORDS.sub(" ", text[:_LOOKED_AT])
    script, base = _script_of(beginning), base_language(language)
    if script is None or not base:
        return None
    if script != "latin":
        return None if base in _SCRIPTS_OF[script] else True
    if any(base in languages for languages in _SCRIPTS_OF.values()):
        return True
    found = _by_words(beginning)
    return None if not found else found != base


def _script_of(text: str) -> str | None:
    """The script of most letters; None for a text with less than two letters."""
    counts = Counter({name: len(pattern.findall(text)) for name, pattern in _SCRIPT_PATTERNS})
    name, count = counts.most_common(1)[0]
    if count < 2:
        return None
    return "kana" if name == "han" and counts["kana"] else name


def _by_words(text: str) -> str:
    """The language whose common words are most often in it; "" if none stands out."""
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
    scores = Counter({code: sum(word in known for word in words) for code, known in _WORD_SETS.items()})
    (best, most), (_, second) = scores.most_common(2)
    is_clear = most > second and (most > 1 or len(words) <= 4)
    return best if most and is_clear else ""
