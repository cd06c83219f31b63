/** The dialog about a certificate that is not trusted: what it says of itself, and whether to trust it. */

/** @import { CertificateDialog } from "./form-types.js" */

import { button, facts } from "./form-parts.js";
import { h } from "./render.js";
import { say } from "./text.js";

/** Why it is not trusted. @type {Record<string, string>} */
const REASONS = {
  "self-signed": "It vouches for itself: no authority says whose it is.",
  "unknown-authority": "The authority that made it is not known here.",
  expired: "It has expired.",
  "not-yet-valid": "It is not valid yet.",
  "hostname-mismatch": "It was made for another name than the address has.",
  "pin-mismatch": "It is not the one that was trusted before. If nobody renewed it, somebody stands in between.",
};

/** @type {CertificateDialog} */
export function certificateDialog({ reason, details }, format, trust, close) {
  const { subject, names, issuer, notBefore, notAfter, sha256 } = details;
  const meaning =
    "The app will accept this certificate and no other: compare its fingerprint with the one that the service itself shows.";
  return h(
    "dialog::dialog",
    { "aria-labelledby": "certificate" },
    h(
      "div.stack",
      null,
      h("h2", { id: "certificate" }, say("This certificate is not trusted")),
      h("p", null, say(REASONS[reason ?? ""] ?? "It could not be verified.")),
      facts([
        [say("Made for"), subject],
        [say("Names"), names],
        [say("Made by"), issuer],
        [say("Valid from"), notBefore && format.time(notBefore)],
        [say("Valid until"), notAfter && format.time(notAfter)],
        [say("SHA-256"), h("code", null, sha256.match(/../g)?.join(":"))],
      ]),
      h("p.muted", null, say(meaning)),
      h(
        "div.buttons",
        null,
        button(say("Do not trust"), close, { autofocus: true }),
        button(say("Trust this certificate"), () => trust(sha256)),
      ),
    ),
  );
}
