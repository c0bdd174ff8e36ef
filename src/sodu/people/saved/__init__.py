"""What people keep: views, schedules, exports."""
