"""What a workspace knows about contacts beside their fields: custom attributes and companies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DataType = Literal["string", "integer", "float", "boolean", "date"]


@dataclass(slots=True)
class DataAttribute:
    """A custom attribute of contacts. options: of a list; empty for none."""

    id: int
    name: str
    data_type: DataType = "string"
    options: tuple[str, ...] = ()
    label: str = ""
    api_writable: bool = True
    archived: bool = False


@dataclass(slots=True)
class Company:
    """A company. company_id: whoever created it chose this; it cannot be changed."""

    id: str
    company_id: str
    name: str
    created_at: int
    updated_at: int
