// @ts-check
// Shows waiting dangers on pages without a signed-in user.

import { showBanner } from "./alarm.js";

showBanner();
