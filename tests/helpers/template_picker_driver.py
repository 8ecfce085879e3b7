"""Templates, accounts and input helpers for tests of the template picker."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from desktop.domain.content.template import Button, ButtonKind, Category, Header, HeaderKind, Status, Template
from desktop.domain.direct import DirectRoute, Route
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.ui.templates.form.fields import SlotField
from desktop.ui.templates.picker import TemplatePicker

ABLE = Capabilities(has_templates=True, needs_window=True)
OCTOPODS = ChannelKey(Provider.OCTOPODS, ChannelKind.WHATSAPP, "1066")
CLOUD = ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, "2077")
CUSTOMER_PHONE = "+353871234567"
OCTOPODS_ROUTE = DirectRoute(Route(OCTOPODS, CUSTOMER_PHONE, "+35312345678"), ABLE, "Harbour Parcels")
CLOUD_ROUTE = DirectRoute(Route(CLOUD, CUSTOMER_PHONE, "+35319998888"), ABLE, "Second shop")
TELEGRAM_ROUTE = DirectRoute(Route(ChannelKey(Provider.TELEGRAM, ChannelKind.TELEGRAM, "9"), "77"), Capabilities(True))

NEWS = Template(
    "t-news", "we_have_news", "en", "Hi {{1}}, we have *news*. Please answer.", Status.APPROVED, Category.UTILITY
)
SHIPPED = Template(
    "t-ship",
    "order_shipped",
    "en",
    "Hi {{first_name}}, order {{order_id}} has shipped.\n{{note}}",
    Status.APPROVED,
    Category.UTILITY,
    Header(HeaderKind.IMAGE),
    "Harbour Parcels",
    (Button(ButtonKind.URL, "Track", "https://parcels.example.com/t/{{1}}"), Button(ButtonKind.QUICK_REPLY, "Stop")),
    examples={"body.order_id": "A-1042"},
)
SALE = Template("t-sale", "autumn_sale", "en", "Everything is cheaper.", Status.APPROVED, Category.MARKETING)
PAUSED = Template("t-rest", "winter_sale", "en", "Cheaper still.", Status.PAUSED, Category.MARKETING)
ALL = (NEWS, SHIPPED, SALE, PAUSED)
SLOT_VALUES = {
    "header.media": "https://files.example/parcel.png",
    "body.order_id": "A-1",
    "body.note": "Soon",
    "button.0": "x",
}


def focused() -> QWidget:
    return QApplication.focusWidget()


def choose(picker: TemplatePicker, template: Template) -> None:
    picker.template_list.list.setCurrentRow(picker.template_list.names.index(template.name))


def field(picker: TemplatePicker, key: str) -> SlotField:
    found = picker.editor.fields.field(key)
    assert found is not None
    return found


def fill_in(picker: TemplatePicker, values: dict[str, str]) -> None:
    for key, value in values.items():
        field(picker, key).edit.setPlainText(value)


def paste(widget: QWidget, text: str) -> None:
    # Not by data that Python made: what is left in it at the end, Qt's clipboard deletes when Python is gone.
    QGuiApplication.clipboard().setText(text)
    widget.paste()


def holds(outer: QWidget, inner: QWidget) -> bool:
    corners = inner.rect().topLeft(), inner.rect().bottomRight()
    return all(outer.rect().contains(inner.mapTo(outer, corner)) for corner in corners)


def can_send(picker: TemplatePicker) -> bool:
    return picker.bar.send.isEnabled()
