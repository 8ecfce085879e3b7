"""Ready texts to customers that ask to continue on WhatsApp, in each of our languages.

They are data, not part of the interface: a customer is written to in their language, whatever the agent's is.
"""

from __future__ import annotations

import re

from desktop.domain.identity.phone import canonical
from desktop.domain.model.customer_texts import CustomerTexts
from desktop.domain.model.frozen import frozen

_PLAIN_NUMBER = re.compile(r"\+[1-9][0-9]+")
NAME, LINK = "{{first_name}}", "{{link}}"
"""Places that are filled for each customer. A line with a link is left out where our number is not known."""


@frozen
class ReadyTexts:
    """In one language. language: its own name.

    asking: a message to one customer, in a chat. welcome, notice: for everybody, in Intercom's Messenger.
    """

    language: str
    asking: str
    welcome: str
    notice: str


READY_TEXTS = {
    "en": ReadyTexts(
        "English",
        "Hi {{first_name}}, could you send us a short message on WhatsApp, so that we can answer you there?\n"
        "This link opens the chat: {{link}}",
        "Did you write to us on WhatsApp? Please go on there: what you write here doesn't reach your WhatsApp chat. "
        "For anything else, start a new conversation here.\nOur WhatsApp: {{link}}",
        "If you started on WhatsApp, please answer on WhatsApp. For anything else, start a new conversation here.\n"
        "Our WhatsApp: {{link}}",
    ),
    "es": ReadyTexts(
        "Español",
        "Hola {{first_name}}, ¿podrías enviarnos un mensaje breve por WhatsApp para que podamos responderte allí?\n"
        "Este enlace abre el chat: {{link}}",
        "¿Nos escribiste por WhatsApp? Sigue allí, por favor: lo que escribas aquí no llega a tu chat de WhatsApp. "
        "Para cualquier otra cosa, inicia aquí una conversación nueva.\nNuestro WhatsApp: {{link}}",
        "Si empezaste en WhatsApp, responde por WhatsApp. Para cualquier otra cosa, inicia aquí una conversación "
        "nueva.\nNuestro WhatsApp: {{link}}",
    ),
    "pt-BR": ReadyTexts(
        "Português (Brasil)",
        "Olá {{first_name}}, você poderia nos enviar uma mensagem curta pelo WhatsApp para que possamos responder "
        "por lá?\nEste link abre a conversa: {{link}}",
        "Você nos escreveu pelo WhatsApp? Continue por lá, por favor: o que você escreve aqui não chega à sua "
        "conversa do WhatsApp. Para outros assuntos, inicie aqui uma nova conversa.\nNosso WhatsApp: {{link}}",
        "Se você começou pelo WhatsApp, responda pelo WhatsApp. Para outros assuntos, inicie aqui uma nova "
        "conversa.\nNosso WhatsApp: {{link}}",
    ),
    "de": ReadyTexts(
        "Deutsch",
        "Hallo {{first_name}}, könnten Sie uns eine kurze Nachricht auf WhatsApp schicken, damit wir Ihnen dort "
        "antworten können?\nDieser Link öffnet den Chat: {{link}}",
        "Sie haben uns auf WhatsApp geschrieben? Bitte schreiben Sie dort weiter: Was Sie hier schreiben, kommt in "
        "Ihrem WhatsApp-Chat nicht an. Für alles andere beginnen Sie hier bitte eine neue Unterhaltung.\n"
        "Unser WhatsApp: {{link}}",
        "Wenn Sie auf WhatsApp begonnen haben, antworten Sie bitte auf WhatsApp. Für alles andere beginnen Sie hier "
        "eine neue Unterhaltung.\nUnser WhatsApp: {{link}}",
    ),
    "fr": ReadyTexts(
        "Français",
        "Bonjour {{first_name}}, pourriez-vous nous envoyer un court message sur WhatsApp, afin que nous puissions "
        "vous y répondre ?\nCe lien ouvre la discussion : {{link}}",
        "Vous nous avez écrit sur WhatsApp ? Merci de continuer là-bas : ce que vous écrivez ici n'arrive pas dans "
        "votre discussion WhatsApp. Pour tout autre sujet, ouvrez ici une nouvelle conversation.\n"
        "Notre WhatsApp : {{link}}",
        "Si vous avez commencé sur WhatsApp, répondez sur WhatsApp. Pour tout autre sujet, ouvrez ici une nouvelle "
        "conversation.\nNotre WhatsApp : {{link}}",
    ),
    "ar": ReadyTexts(
        "العربية",
        "مرحبًا {{first_name}}، هل يمكنك إرسال رسالة قصيرة إلينا على واتساب حتى نتمكن من الرد عليك هناك؟\n"
        "هذا الرابط يفتح المحادثة: {{link}}",
        "هل راسلتنا على واتساب؟ نرجو المتابعة هناك: ما يُكتب هنا لا يصل إلى محادثة واتساب. ولأي موضوع آخر يمكن بدء "
        "محادثة جديدة هنا.\nواتساب الخاص بنا: {{link}}",
        "إذا بدأت المحادثة على واتساب، فنرجو الرد على واتساب. ولأي موضوع آخر يمكن بدء محادثة جديدة هنا.\n"
        "واتساب الخاص بنا: {{link}}",
    ),
}
"""By language code, in the order of the interface's languages."""


def ready_language(code: str) -> str:
    """The language of `READY_TEXTS` for a code as providers write it (`pt-br`, `de_AT`, `es-419`), or for its own name;
    "" for none.
    """
    base = re.split(r"[-_\s]", code.strip().casefold())[0]
    named = {text.language.casefold().split(" ")[0]: known for known, text in READY_TEXTS.items()}
    return next((known for known in READY_TEXTS if known.casefold().split("-")[0] == base), named.get(base, ""))


def whatsapp_link(number: str) -> str:
    """The link that opens a chat with this number, given with its country code; "" for what is no such number.

    By WhatsApp's description of such links: digits alone, no zeros or signs before the country code.
    """
    plain = _PLAIN_NUMBER.fullmatch(number.strip())
    # The library that knows how else numbers are written takes long to import.
    digits = number.strip()[1:] if plain else canonical(number) if number.strip().startswith("+") else ""
    return f"https://wa.me/{digits}" if 7 <= len(digits) <= 15 and digits[0] != "0" else ""


def asking_text(texts: CustomerTexts, language: str) -> str:
    """The text that asks a customer, with its places. language: of `READY_TEXTS`."""
    return texts.asking.get(language, "").strip() or READY_TEXTS[language].asking


def fill(text: str, name: str = "", number: str = "") -> str:
    """Fill the places of a text. name: the customer's first name, number: ours; "" if unknown."""
    link = whatsapp_link(number)
    lines = (line for line in text.split("\n") if link or LINK not in line)
    filled = "\n".join(lines).replace(LINK, link)
    # With the space before it: "Hi {{first_name}}, could you" is "Hi, could you" for somebody without a name.
    return (filled.replace(NAME, name) if name else re.sub(rf"[ \t]*{re.escape(NAME)}", "", filled)).strip()


def ask_to_continue(texts: CustomerTexts, language: str, name: str = "", number: str = "") -> str:
    """The text that asks one customer to continue on WhatsApp. language: of `READY_TEXTS`. name, number: as in `fill`;
    the workspace's number stands in for one that is not known.
    """
    return fill(asking_text(texts, language), name, number or texts.number)
