// The form's optional button "use my location"; without scripts or without permission the form works as it is.
"use strict";

const box = document.getElementById("lokasi");
const tell = (words) => { box.querySelector("[role=status]").textContent = words; };

function found({ coords }) {
  box.querySelector("[name=lat]").value = coords.latitude.toFixed(6);
  box.querySelector("[name=lon]").value = coords.longitude.toFixed(6);
  tell("Lokasi disertakan.");
}

if (box && "geolocation" in navigator && window.isSecureContext) {
  box.hidden = false;
  if (box.querySelector("[name=lat]").value) tell("Lokasi disertakan.");
  box.querySelector("button").addEventListener("click", () => {
    tell("Mencari lokasi…");
    navigator.geolocation.getCurrentPosition(found, () => tell("Lokasi tidak didapat; tulis saja tempatnya."), { timeout: 15000 });
  });
}
