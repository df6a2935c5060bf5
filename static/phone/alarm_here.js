// @ts-check
// On pages of a phone on which nobody is signed in: a danger that waits there is told all the same.

import { showBanner } from "./alarm.js";

showBanner();
