// Package gt911 reads a Goodix GT911 on I²C, and the chips of its family that say the same by the same registers (GT9110,
// GT9111, GT927, GT928, GT9271), for boards whose kernel has no driver for it (goodix).
//
// The chip measures by itself about a hundred times a second. It keeps one report for whoever reads it, and writes no other
// until that one is acknowledged.
package gt911
