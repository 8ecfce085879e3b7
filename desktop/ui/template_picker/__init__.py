"""Template picker: choose an approved WhatsApp template, fill it in, see it as she will, and send it past Intercom."""

from desktop.ui.template_picker.picker import TemplatePicker

__all__ = ["TemplatePicker"]
