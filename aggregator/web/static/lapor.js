// The form's conveniences: villages looked up while typing, "use my location", and a button that says that it was pressed.
// Without scripts or without permission the form works as it is.
"use strict";

const form = document.getElementById("lapor");
const search = document.getElementById("search");
const box = document.getElementById("lokasi");
const tell = (words) => { box.querySelector("[role=status]").textContent = words; };
let pause, asked = 0;

async function lookUp() {
  const mine = ++asked;
  const body = new URLSearchParams({ search: search.value, proof: form.elements.proof.value });
  const answer = await fetch("/lapor/tempat", { method: "POST", body });
  const choices = await answer.text();
  if (answer.ok && mine === asked) document.getElementById("places").innerHTML = choices;
}

search.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(() => lookUp().catch(() => {}), 400);  // offline: the button beside it asks again
});

form.addEventListener("submit", (event) => {
  if (event.submitter?.name === "look_up") return;
  const button = form.querySelector(":scope > button:last-of-type");
  button.textContent = "Mengirim…";
  addEventListener("pageshow", () => { button.textContent = "Kirim aduan"; }, { once: true });  // come back to
});

function found({ coords }) {
  box.querySelector("[name=lat]").value = coords.latitude.toFixed(6);
  box.querySelector("[name=lon]").value = coords.longitude.toFixed(6);
  tell("Lokasi disertakan.");
}

if ("geolocation" in navigator && window.isSecureContext) {
  box.hidden = false;
  if (box.querySelector("[name=lat]").value) tell("Lokasi disertakan.");
  box.querySelector("button").addEventListener("click", () => {
    tell("Mencari lokasi…");
    navigator.geolocation.getCurrentPosition(found, () => tell("Lokasi tidak didapat; tulis saja tempatnya."), { timeout: 15000 });
  });
}
