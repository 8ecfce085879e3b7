"""What the customer sees, connected to a sandbox."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize

from desktop.demo.customer_screens.window import CustomerScreens
from desktop.demo.sandbox_control import Json, SandboxControl, SandboxError
from desktop.engine.protocols import Tasks
from desktop.ui.look.theme import Theme

log = logging.getLogger(__name__)
REFRESH_INTERVAL_S = 0.7
"""Time between two updates of the screens."""
MARGIN_PX, TITLE_BAR_PX = 8, 40
"""Around the windows of the demo, and what a window's title takes above it."""


class ConnectedScreens:
    """Shows the screens of one customer of a sandbox, and does there what is done on them.

    customer_id: whose screens are shown; "" for the sandbox's first customer.
    """

    def __init__(
        self,
        theme: Theme,
        control: SandboxControl,
        tasks: Tasks,
        customer_id: str = "",
        on_done: Callable[[], object] = lambda: None,
    ) -> None:
        """on_done: called when something was done at the sandbox."""
        self.control, self.customer_id = control, customer_id
        self._theme, self._tasks, self._on_done = theme, tasks, on_done
        self.screens = self._create()

    def show_anew(self) -> None:
        """Show the screens in the language in use in the place of these."""
        former, self.screens = self.screens, self._create()
        self._start(self.refresh())
        self.screens.restoreGeometry(former.saveGeometry())
        self.screens.setVisible(former.isVisible())
        former.hide()
        former.deleteLater()

    def _create(self) -> CustomerScreens:
        control, screens = self.control, CustomerScreens(self._theme)
        screens.customer_changed.connect(self.show_customer)
        screens.write_requested.connect(lambda message: self._start(control.write(**message)))
        screens.call_requested.connect(lambda customer: self._start(control.post("/call", {"customer": customer})))
        screens.block_requested.connect(
            lambda customer, line, blocked: self._start(control.block(customer, line, blocked=blocked))
        )
        screens.clock_moved.connect(lambda move: self._start(control.clock(**move)))
        return screens

    async def refresh(self) -> Json:
        """Read the customer's screens from the sandbox, show them, and return them. Raises SandboxError."""
        state = await self.control.state()
        # After the answer: the screens may be in another language by then, and these gone.
        self.screens.show_state(state)
        self.customer_id = self.customer_id or self.screens.customer_id
        seen = await self.control.screens(self.customer_id)
        self.screens.show_screens(seen)
        return seen

    async def watch(self, sleep: Callable[[float], Awaitable[object]]) -> None:
        """Refresh until cancelled. sleep: takes seconds."""
        while True:
            try:
                await self.refresh()
            except SandboxError as error:
                log.info("customer screens cannot be read: %s", error)
            await sleep(REFRESH_INTERVAL_S)

    def show_customer(self, customer_id: str) -> None:
        """Show the screens of this customer of the sandbox."""
        self.customer_id = customer_id
        self._start(self.refresh())

    def place_beside(self) -> None:
        """Show the window at the end of the screen, beside an inbox of usual size."""
        available, size = self.screens.screen().availableGeometry(), self.fitting_size()
        left = available.right() - size.width() - MARGIN_PX
        self.screens.setGeometry(QRect(QPoint(left, available.y() + TITLE_BAR_PX), size))
        self.screens.show()

    def fitting_size(self) -> QSize:
        """Return the window's size for a screen that an inbox stands on too."""
        available = self.screens.screen().availableGeometry()
        width = max(self.screens.minimumSizeHint().width(), min(700, available.width() // 3))
        return QSize(width, min(860, available.height() - TITLE_BAR_PX - MARGIN_PX))

    def _start(self, request: Coroutine[Any, Any, Json]) -> None:
        self._tasks.start(self._run(request), "request of the customer's screens")

    async def _run(self, request: Coroutine[Any, Any, Json]) -> None:
        try:
            await request
        except SandboxError as error:
            self.screens.show_error(str(error))
        self._on_done()
