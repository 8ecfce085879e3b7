"""What time it is for a customer, as far as their time zone, their place or their phone number tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache

import msgspec
from PySide6.QtCore import QByteArray, QDateTime, QLocale, QTimeZone

from desktop.domain.identity.phone import canonical, region_of
from desktop.domain.model.facts import Contact
from desktop.text.screens import details as texts
from desktop.ui.look.locale_formats import territory_name


class LocalTime(msgspec.Struct, frozen=True):
    """The time where the customer probably is. place: the name to show. by_phone: guessed from their number alone."""

    zone: QTimeZone
    place: str
    by_phone: bool = False

    def sentence(self, now: datetime) -> str:
        """Return the time there, with the weekday where that is another one than here."""
        seconds = self.zone.offsetFromUtc(QDateTime.fromSecsSinceEpoch(int(now.timestamp())))
        local = now.astimezone(timezone(timedelta(seconds=seconds)))
        return texts.local_time(local, now.astimezone(), self.place, by_phone=self.by_phone)


def find_local_time(contacts: Sequence[Contact]) -> LocalTime | None:
    """Return None where the facts leave several times open, such as a country with several and no city."""
    for contact in contacts:
        named = next((v for n, v in contact.attributes.items() if _names_zone(n)), "")
        zone = QTimeZone(QByteArray(named.strip().encode()))
        if named and zone.isValid():
            return LocalTime(zone, contact.location or _city(zone.id()))
    for contact in contacts:
        found = _zone_of_place([part.strip() for part in contact.location.split(",")])
        if found is not None:
            return LocalTime(found, contact.location)
    for contact in contacts:
        region = region_of(canonical(contact.phone))
        found = _only_zone(QLocale.codeToTerritory(region))
        if found is not None:
            return LocalTime(found, territory_name(region), by_phone=True)
    return None


def _names_zone(attribute: str) -> bool:
    return attribute.casefold().replace("_", "").replace(" ", "") == "timezone"


def _zone_of_place(parts: Sequence[str]) -> QTimeZone | None:
    """parts: city, region and country, as far as they are known."""
    territory = _territories().get(parts[-1].casefold(), QLocale.Country.AnyCountry)
    cities = {part.casefold() for part in parts[:-1]}
    named = (zone for zone in _zones(territory) if _city(zone).casefold() in cities)
    return next((QTimeZone(zone) for zone in named), None) or _only_zone(territory)


def _only_zone(territory: QLocale.Country) -> QTimeZone | None:
    """Return a zone of the territory if all of its zones have the same time now."""
    zones, now = [QTimeZone(zone) for zone in _zones(territory)], QDateTime.currentDateTimeUtc()
    return zones[0] if len({zone.offsetFromUtc(now) for zone in zones}) == 1 else None


def _zones(territory: QLocale.Country) -> Iterable[QByteArray]:
    # Qt's zones of any territory are those of none, such as UTC.
    return QTimeZone.availableTimeZoneIds(territory) if territory != QLocale.Country.AnyCountry else ()


def _city(zone: QByteArray) -> str:
    return bytes(zone.data()).decode().rpartition("/")[2].replace("_", " ")


@cache
def _territories() -> dict[str, QLocale.Country]:
    """By their English names, which Intercom uses."""
    return {QLocale.territoryToString(territory).casefold(): territory for territory in QLocale.Country}
