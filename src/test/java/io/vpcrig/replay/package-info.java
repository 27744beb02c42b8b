/**
 * Whole replays, judged from outside: by golden outputs, by a Linux router that saw the same
 * frames, by tshark, and by every capture at hand. Nothing here looks into the engine.
 */
package io.vpcrig.replay;
