// Runs before the first paint so that a dark page never flashes white. It is a
// file and not an inline script because the content security policy allows no
// inline script.
(function () {
  var choice = "system";
  try {
    choice = localStorage.getItem("leo.theme") || "system";
  } catch {
    // Storage can be switched off; the system's theme is a good answer.
  }
  var dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
