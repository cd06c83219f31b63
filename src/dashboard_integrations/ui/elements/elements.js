/** All elements: importing this defines them. They are one file for a browser, in which what they share is there once. */

import { AlertBannerElement } from "./alert-banner.js";
import { AppFormElement } from "./app-form.js";
import { define } from "./base.js";
import { ChartElement } from "./chart.js";
import { ConfigFieldsElement } from "./config-fields.js";
import { GaugeElement } from "./gauge.js";
import { IconElement } from "./icon.js";
import { ListElement } from "./list.js";
import { AlertOverlayElement } from "./overlay.js";
import { ProgressElement } from "./progress.js";
import { StatCardElement } from "./stat-card.js";
import { TypePickerElement } from "./type-picker.js";
import { WidgetElement } from "./widget.js";
import { WidgetFormElement } from "./widget-form.js";

export { advice, sentence } from "./advice.js";
export { ViewElement } from "./base.js";
export { call, configure } from "./client.js";
export { Formatter, formatterOf } from "./format.js";
export { mapIcons } from "./icon.js";
export { forgetDescriptions } from "./page.js";
export { h, patch } from "./render.js";
export { registerRenderer } from "./renderers.js";
export { translate } from "./text.js";

define("integration-icon", IconElement);
define("integration-stat-card", StatCardElement);
define("integration-gauge", GaugeElement);
define("integration-list", ListElement);
define("integration-progress", ProgressElement);
define("integration-alert-banner", AlertBannerElement);
define("integration-chart", ChartElement);
define("integration-widget", WidgetElement);
define("integration-alert-overlay", AlertOverlayElement);
define("integration-config-fields", ConfigFieldsElement);
define("integration-type-picker", TypePickerElement);
define("integration-app-form", AppFormElement);
define("integration-widget-form", WidgetFormElement);
