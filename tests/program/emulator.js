// Serves telegram-test-api, somebody else's emulator of the Bot API, on loopback until its standard input ends; the port is the argument.
"use strict";

const TelegramServer = require("telegram-test-api");

// It answers sendMessage with what a form held as text, and with milliseconds; Telegram answers with objects and Unix time.
class Emulator extends TelegramServer {
  addBotMessage({ link_preview_options: preview, ...message }, token) {
    const sent = super.addBotMessage(message, token);
    return { ...sent, date: Math.floor(sent.date / 1000), ...(preview && { link_preview_options: JSON.parse(preview) }) };
  }
}

process.stdin.resume().on("end", () => process.exit());
new Emulator({ host: "127.0.0.1", port: Number(process.argv[2]), storeTimeout: 600 }).start().then(() => console.log("ready"));
