// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { nats } from "./numbers.js";
