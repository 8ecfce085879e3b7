"""Why something was not translated."""

from __future__ import annotations

from desktop.ports.translation import TranslationReason
from desktop.text.catalog import Plural, Text

# Translators: {provider}: DeepL or LibreTranslate.
SENTENCES: dict[TranslationReason, Text | Plural] = {
    TranslationReason.KEY_REFUSED: Text(
        "{provider} doesn't accept this key. Enter another one in Settings > Translation."
    ),
    TranslationReason.KEY_NEEDED: Text("This {provider} server needs a key. Enter it in Settings > Translation."),
    TranslationReason.QUOTA_USED_UP: Text(
        "Your {provider} plan's characters are used up for this period. Ask whoever manages your {provider} account."
    ),
    TranslationReason.LANGUAGE_REFUSED: Text("{provider} can't translate between these languages."),
    TranslationReason.NOT_THE_SERVICE: Text(
        "What responds at this web address isn't {provider}. Check it in Settings > Translation."
    ),
    TranslationReason.ADDRESS_FORM: Text("Enter the server's web address, such as https://translate.example.com."),
    TranslationReason.ADDRESS_NOT_SECURE: Text(
        "Use a web address that starts with https://: on the way to this one, others could read what your customers "
        "write."
    ),
    TranslationReason.NOT_SET_UP: Text("Translation isn't set up. Open Settings > Translation."),
    TranslationReason.NO_TEXT: Text("Write something first."),
    TranslationReason.SAME_LANGUAGE: Text("This is in your language already."),
    TranslationReason.TOO_LONG: Plural(
        "Texts of more than {count} character can't be translated here.",
        "Texts of more than {count} characters can't be translated here.",
    ),
    TranslationReason.KEY_NOT_SAVED: Text("Your system didn't store the key, so translation isn't on. Try again."),
    TranslationReason.KEY_NOT_DELETED: Text(
        "Your system didn't delete the key, so translation is still on. Try again."
    ),
    TranslationReason.KEY_GONE: Text(
        "The key for {provider} isn't stored on this computer. Enter it in Settings > Translation."
    ),
}
