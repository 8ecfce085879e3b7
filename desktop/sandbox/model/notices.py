"""Texts that bridges and other apps write into conversations, in six languages.

The bridge's own wording is not public text; these follow the documented failure reasons and what the same products
say in their other languages.
"""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["en", "es", "pt", "de", "fr", "ar"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
Kind = Literal[
    "window",
    "blocked",
    "stopped",
    "nobody",
    "failed",
    "account",
    "throttled",
    "template_sent",
    "answer_in_time",
    "disconnected",
    "reaction",
    "edit",
    "deletion",
    "new_number",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

_EN: dict[Kind, str] = {
    "window": "Octopods: this message was not sent. The 24-hour messaging window has expired; "
    "please use a template message.",
    "blocked": "Octopods: this message could not be delivered. The user has blocked the bot.",
    "stopped": "Octopods: this message could not be delivered. The recipient has unsubscribed by replying STOP.",
    "nobody": "Octopods: this message could not be delivered. Recipient is not a WhatsApp user.",
    "failed": "Octopods: this message could not be sent.",
    "account": "Octopods: this message was not sent. Meta has restricted your WhatsApp Business account (131031).",
    "throttled": "Octopods: this message was not sent. Too many messages in a short time; please try again later.",
    "template_sent": "Octopods: the template message was sent successfully.",
    "answer_in_time": "SLA: answer this customer within 24 hours.",
    "disconnected": "Octopods: the channel has been disconnected. Please reconnect it in your settings.",
    "reaction": "Reacted {new} to: {old}",
    "edit": "Edited a message: {new}",
    "deletion": "Deleted a message",
    "new_number": "{name} changed their phone number",
}
_ES: dict[Kind, str] = {
    "window": "Octopods: este mensaje no se ha enviado. La ventana de mensajería de 24 horas ha caducado; "
    "utilice una plantilla de mensaje.",
    "blocked": "Octopods: no se ha podido entregar este mensaje. El usuario ha bloqueado el bot.",
    "stopped": "Octopods: no se ha podido entregar este mensaje. El destinatario se ha dado de baja con STOP.",
    "nobody": "Octopods: no se ha podido entregar este mensaje. El destinatario no es usuario de WhatsApp.",
    "failed": "Octopods: no se ha podido enviar este mensaje.",
    "account": "Octopods: este mensaje no se ha enviado. Meta ha restringido su cuenta de WhatsApp Business (131031).",
    "throttled": "Octopods: este mensaje no se ha enviado. Demasiados mensajes en poco tiempo; inténtelo más tarde.",
    "template_sent": "Octopods: la plantilla de mensaje se ha enviado correctamente.",
    "answer_in_time": "SLA: responda a este cliente en un plazo de 24 horas.",
    "disconnected": "Octopods: el canal se ha desconectado. Vuelva a conectarlo en los ajustes.",
    "reaction": "Reaccionó con {new} a: {old}",
    "edit": "Editó un mensaje: {new}",
    "deletion": "Eliminó un mensaje",
    "new_number": "{name} cambió su número de teléfono",
}
_PT: dict[Kind, str] = {
    "window": "Octopods: esta mensagem não foi enviada. A janela de mensagens de 24 horas expirou; "
    "use um modelo de mensagem.",
    "blocked": "Octopods: não foi possível entregar esta mensagem. O usuário bloqueou o bot.",
    "stopped": "Octopods: não foi possível entregar esta mensagem. O destinatário cancelou a inscrição com STOP.",
    "nobody": "Octopods: não foi possível entregar esta mensagem. O destinatário não é usuário do WhatsApp.",
    "failed": "Octopods: não foi possível enviar esta mensagem.",
    "account": "Octopods: esta mensagem não foi enviada. A Meta restringiu a sua conta do WhatsApp Business (131031).",
    "throttled": "Octopods: esta mensagem não foi enviada. "
    "Muitas mensagens em pouco tempo; tente novamente mais tarde.",
    "template_sent": "Octopods: o modelo de mensagem foi enviado com sucesso.",
    "answer_in_time": "SLA: responda a este cliente em até 24 horas.",
    "disconnected": "Octopods: o canal foi desconectado. Conecte-o novamente nas configurações.",
    "reaction": "Reagiu com {new} a: {old}",
    "edit": "Editou uma mensagem: {new}",
    "deletion": "Apagou uma mensagem",
    "new_number": "{name} mudou de número de telefone",
}
_DE: dict[Kind, str] = {
    "window": "Octopods: Diese Nachricht wurde nicht gesendet. Das 24-Stunden-Fenster ist abgelaufen; "
    "bitte verwenden Sie eine Nachrichtenvorlage.",
    "blocked": "Octopods: Diese Nachricht konnte nicht zugestellt werden. Der Bot wurde blockiert.",
    "stopped": "Octopods: Diese Nachricht konnte nicht zugestellt werden. Der Empfang wurde mit STOP abbestellt.",
    "nobody": "Octopods: Diese Nachricht konnte nicht zugestellt werden. Die Nummer ist nicht bei WhatsApp.",
    "failed": "Octopods: Diese Nachricht konnte nicht gesendet werden.",
    "account": "Octopods: Diese Nachricht wurde nicht gesendet. "
    "Meta hat Ihr WhatsApp-Business-Konto eingeschränkt (131031).",
    "throttled": "Octopods: Diese Nachricht wurde nicht gesendet. "
    "Zu viele Nachrichten in kurzer Zeit; bitte später noch einmal.",
    "template_sent": "Octopods: Die Nachrichtenvorlage wurde erfolgreich gesendet.",
    "answer_in_time": "SLA: Antwort an diese Kundschaft innerhalb von 24 Stunden.",
    "disconnected": "Octopods: Der Kanal wurde getrennt. Bitte verbinden Sie ihn in den Einstellungen neu.",
    "reaction": "Hat mit {new} reagiert auf: {old}",
    "edit": "Hat eine Nachricht bearbeitet: {new}",
    "deletion": "Hat eine Nachricht gelöscht",
    "new_number": "{name} hat eine neue Telefonnummer",
}
_FR: dict[Kind, str] = {
    "window": "Octopods : ce message n'a pas été envoyé. La fenêtre de messagerie de 24 heures a expiré ; "
    "veuillez utiliser un modèle de message.",
    "blocked": "Octopods : ce message n'a pas pu être remis. L'utilisateur a bloqué le bot.",
    "stopped": "Octopods : ce message n'a pas pu être remis. Le destinataire s'est désabonné avec STOP.",
    "nobody": "Octopods : ce message n'a pas pu être remis. Le destinataire n'utilise pas WhatsApp.",
    "failed": "Octopods : ce message n'a pas pu être envoyé.",
    "account": "Octopods : ce message n'a pas été envoyé. Meta a restreint votre compte WhatsApp Business (131031).",
    "throttled": "Octopods : ce message n'a pas été envoyé. "
    "Trop de messages en peu de temps ; veuillez réessayer plus tard.",
    "template_sent": "Octopods : le modèle de message a bien été envoyé.",
    "answer_in_time": "SLA : répondre à ce client sous 24 heures.",
    "disconnected": "Octopods : le canal a été déconnecté. Veuillez le reconnecter dans les paramètres.",
    "reaction": "A réagi avec {new} à : {old}",
    "edit": "A modifié un message : {new}",
    "deletion": "A supprimé un message",
    "new_number": "{name} a changé de numéro de téléphone",
}
_AR: dict[Kind, str] = {
    "window": "Octopods: لم يتم إرسال هذه الرسالة. انتهت نافذة المراسلة لمدة 24 ساعة؛ يرجى استخدام قالب رسالة.",
    "blocked": "Octopods: تعذر تسليم هذه الرسالة. قام المستخدم بحظر البوت.",
    "stopped": "Octopods: تعذر تسليم هذه الرسالة. ألغى المستلم الاشتراك بإرسال STOP.",
    "nobody": "Octopods: تعذر تسليم هذه الرسالة. المستلم ليس من مستخدمي واتساب.",
    "failed": "Octopods: تعذر إرسال هذه الرسالة.",
    "account": "Octopods: لم يتم إرسال هذه الرسالة. قيدت Meta حساب WhatsApp Business الخاص بك (131031).",
    "throttled": "Octopods: لم يتم إرسال هذه الرسالة. رسائل كثيرة في وقت قصير؛ يرجى المحاولة لاحقًا.",
    "template_sent": "Octopods: تم إرسال قالب الرسالة بنجاح.",
    "answer_in_time": "SLA: يرجى الرد على هذا العميل خلال 24 ساعة.",
    "disconnected": "Octopods: تم قطع اتصال القناة. يرجى إعادة الاتصال من الإعدادات.",
    "reaction": "تفاعل بـ {new} مع: {old}",
    "edit": "عدّل رسالة: {new}",
    "deletion": "حذف رسالة",
    "new_number": "غيّر {name} رقم الهاتف",
}
_TEXTS: dict[Language, dict[Kind, str]] = {"en": _EN, "es": _ES, "pt": _PT, "de": _DE, "fr": _FR, "ar": _AR}


def text(kind: Kind, language: Language = "en", **fields: str) -> str:
    """The text of this kind. fields: `new` and `old` of a reaction or edit; `name` of a customer with a new number."""
    return _TEXTS[language][kind].format(**fields)
