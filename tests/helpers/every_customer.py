"""All customers of an engine, page by page."""

from __future__ import annotations

from desktop.engine.protocols import Queries
from desktop.engine.views import CustomerQuery, CustomerRow, PageRequest

_PAGE = 1_000


async def every_customer(queries: Queries) -> tuple[CustomerRow, ...]:
    """Newest activity first."""
    rows: list[CustomerRow] = []
    while True:
        page = await queries.customer_page(CustomerQuery(), PageRequest(len(rows), _PAGE))
        rows += [page.rows[customer_id] for customer_id in page.ids[len(rows) - page.first :]]
        if len(rows) >= page.size:
            return tuple(rows)
