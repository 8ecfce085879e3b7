"""What the stand-ins translate: sentences they know, and for any other the text behind the language's code."""

from __future__ import annotations

import re

# By language, one line for each sentence.
_BOOK: tuple[dict[str, str], ...] = (
    {
        "en": "Hello, where is my order number 4821?",
        "ar": "مرحبا، أين طلبي رقم 4821؟",
        "es": "Hola, ¿dónde está mi pedido número 4821?",
        "de": "Hallo, wo ist meine Bestellung Nummer 4821?",
        "fr": "Bonjour, où est ma commande numéro 4821 ?",
        "pt": "Olá, onde está meu pedido número 4821?",
    },
    {
        "en": "Hello Omar, I'll check that now.",
        "ar": "مرحبا عمر، سأتحقق من ذلك الآن.",
        "es": "Hola, Omar, ahora mismo lo compruebo.",
        "de": "Hallo Omar, ich prüfe das jetzt.",
        "fr": "Bonjour Omar, je vérifie tout de suite.",
        "pt": "Olá, Omar, vou verificar agora mesmo.",
    },
    {
        "en": "Thank you very much",
        "ar": "شكرا جزيلا",
        "es": "Muchas gracias",
        "de": "Vielen Dank",
        "fr": "Merci beaucoup",
        "pt": "Muito obrigado",
    },
    {
        "en": "Hello, the box was empty!",
        "fr": "Bonjour, le carton était vide !",
        "es": "¡Hola, la caja estaba vacía!",
        "de": "Hallo, der Karton war leer!",
        "pt": "Olá, a caixa estava vazia!",
        "ar": "مرحبا، كان الصندوق فارغا!",
    },
    {
        "en": "Sorry, Chloé. We're sending it to you again.",
        "fr": "Désolés, Chloé. Nous vous le renvoyons.",
        "es": "Lo sentimos, Chloé. Te lo enviamos de nuevo.",
        "de": "Das tut uns leid, Chloé. Wir schicken es Ihnen noch einmal.",
        "pt": "Sentimos muito, Chloé. Vamos enviar de novo.",
        "ar": "نعتذر يا Chloé. سنرسله من جديد.",
    },
    {
        "en": "Still nothing, do you have any news?",
        "fr": "Toujours rien, vous avez des nouvelles ?",
        "es": "Sigo sin recibir nada, ¿hay novedades?",
        "de": "Immer noch nichts, gibt es etwas Neues?",
        "pt": "Ainda nada, vocês têm alguma novidade?",
        "ar": "لم يصل شيء بعد، هل من جديد؟",
    },
    {
        "en": "The parcel is with the courier.",
        "fr": "Le colis est chez le transporteur.",
        "es": "El paquete lo tiene la empresa de mensajería.",
        "de": "Das Paket ist beim Zustelldienst.",
        "pt": "O pacote está com a transportadora.",
        "ar": "الطرد لدى شركة الشحن.",
    },
    {
        "en": "It says delivered, but I haven't received anything.",
        "fr": "C'est marqué livré, mais je n'ai rien reçu.",
        "es": "Pone que está entregado, pero no he recibido nada.",
        "de": "Da steht zugestellt, aber ich habe nichts bekommen.",
        "pt": "Consta como entregue, mas não recebi nada.",
        "ar": "مكتوب أنه تم التسليم، لكن لم يصلني شيء.",
    },
    {
        "en": "Your parcel arrives tomorrow between 9 and 11.",
        "ar": "يصل طردك غدا بين الساعة التاسعة والحادية عشرة.",
        "es": "Su paquete llega mañana entre las 9 y las 11.",
        "de": "Ihr Paket kommt morgen zwischen 9 und 11 Uhr.",
    },
    {
        "en": "Good morning! My parcel has not arrived yet.",
        "es": "¡Buenos días! Mi paquete todavía no ha llegado.",
        "de": "Guten Morgen! Mein Paket ist noch nicht angekommen.",
    },
)
_KNOWN = {text: (code, line) for line in _BOOK for code, text in line.items()}
_SCRIPTS = (("ar", "[\u0600-\u06ff]"), ("ru", "[\u0400-\u04ff]"), ("el", "[\u0370-\u03ff]"), ("ja", "[\u3040-\u30ff]"))
_SIGNS = (
    ("es", r"¿|¡|\b(?:hola|gracias|pedido|está|dónde|todavía|mi paquete)\b"),
    ("de", r"ß|\b(?:ich|nicht|wo ist|bestellung|danke|und|mein)\b"),
    ("fr", r"\b(?:bonjour|merci|où|je|est|mon colis)\b"),
    ("pt", r"\b(?:olá|obrigad[oa]|não|meu pedido)\b"),
)
_MARKED = re.compile(r"^\[([a-z-]+)\] ")


def detect(text: str) -> str:
    """The language of a text; English for what has no signs of another."""
    if text in _KNOWN:
        return _KNOWN[text][0]
    marked = _MARKED.match(text)
    if marked is not None:
        return marked[1].partition("-")[0]
    for code, letters in _SCRIPTS:
        if re.search(letters, text):
            return code
    return next((code for code, signs in _SIGNS if re.search(signs, text, re.IGNORECASE)), "en")


def translate(text: str, target: str) -> str:
    """target: code in lower case; with a region, the sentence of the language alone."""
    code = target.partition("-")[0]
    known = _KNOWN.get(text, ("", {}))[1].get(code)
    return known if known is not None else f"[{code}] {_MARKED.sub('', text)}"
