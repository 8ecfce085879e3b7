"""The wizard of the first start: one question a page, each answer checked live."""
