import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { followSystemTheme } from "./lib/theme";
import "./index.css";

followSystemTheme();
const element = document.getElementById("root");
if (element) {
  createRoot(element).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
