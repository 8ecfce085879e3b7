"""The commands of the main window: their table, keys and menus, the palette and the sheet of shortcuts."""
