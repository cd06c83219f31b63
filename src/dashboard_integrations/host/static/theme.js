// How this person wants to see the page, set before it is first drawn; shell.js has the choice.
for (const name of ["theme", "density"]) {
  try {
    const chosen = localStorage.getItem(`dashboard-${name}`);
    if (chosen) document.documentElement.dataset[name] = chosen;
  } catch {
    // without storage the page follows the system
  }
}

// The page is in English; which English, and with it how dates and times are written, the browser knows.
document.documentElement.lang = navigator.languages.find((language) => /^en\b/i.test(language)) ?? "en";
