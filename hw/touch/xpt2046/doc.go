// Package xpt2046 reads a resistive panel by an XPT2046 on SPI, or by one of the chips whose commands it has (ADS7846,
// TSC2046), for boards whose kernel has no driver for it (ads7846).
//
// The chip is a converter and no more: it measures one voltage of the panel when it is told to. Where the finger is, how hard
// it presses and whether it is there at all is worked out here. The panel needs a calibration: its voltages never reach the
// ends of the scale.
package xpt2046
