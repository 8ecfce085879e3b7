"""What notifies outside the window: desktop notifications, tray icon, badge, sound."""
