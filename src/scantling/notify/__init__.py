"""Tells people and programs of a verdict: webhook, Slack, Teams, e-mail. Changes no verdict, whatever goes wrong."""
