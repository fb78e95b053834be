"""Notifications: partners are told what happens, by signed webhooks."""
