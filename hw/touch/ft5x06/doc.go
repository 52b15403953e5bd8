// Package ft5x06 reads a FocalTech FT5x06 on I²C, and the chips that say the same by the same registers (FT5x16, FT5x36,
// FT5x46, FT6x06, FT6x36), for boards whose kernel has no driver for it (edt-ft5x06).
//
// The chip's registers always hold what it measured last. It does not say how large its panel is: who opens it must.
package ft5x06
