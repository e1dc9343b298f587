// The element <occupation-risk soc="29-1129.01"> for other sites: the card of an occupation.
"use strict";
{
  const root = new URL("../", document.currentScript.src);
  class OccupationRisk extends HTMLElement {
    static observedAttributes = ["soc", "lang"];
    connectedCallback() {
      this.show();
    }
    attributeChangedCallback() {
      if (this.isConnected) this.show();
    }
    show() {
      const soc = this.getAttribute("soc");
      if (!soc) return this.replaceChildren();
      const frame = document.createElement("iframe");
      // Of a server: a language (en, de, fr, es); without it, that of the reader.
      const language = this.lang ? `${encodeURIComponent(this.lang)}/` : "";
      frame.src = new URL(`${language}embed/${encodeURIComponent(soc)}.html`, root);
      frame.title = `Automation risk of occupation ${soc}`;
      frame.loading = "lazy";
      frame.width = "100%";
      frame.height = this.getAttribute("height") ?? "250";
      frame.setAttribute("frameborder", "0");
      this.style.display = "block";
      this.replaceChildren(frame);
    }
  }
  customElements.define("occupation-risk", OccupationRisk);
}
