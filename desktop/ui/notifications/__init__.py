"""What calls on the desktop: notifications, tray icon, badge, sound."""
