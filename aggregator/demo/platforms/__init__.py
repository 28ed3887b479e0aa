"""Stand-ins of Telegram, WhatsApp, Facebook, Instagram and an SMS gateway on loopback, with a ledger of what they took."""
