// Package placard lays out what a panel shows while no kiosk is on it: the steps of setting a totem up, mistakes of its
// provisioning file, the service screen, and the pages of starting and stopping. A [Page] says what there is to read and
// nothing of how it looks; [Place] puts it into the colours, letters and measures of all of Totem's screens, upright or wide,
// and [example.org/totem/ui/paint.Paint] paints it. Nothing on a placard can be touched.
//
// The words of a placard for technicians are English and may be as long as a cause is: lines break, and where that is not
// enough letters get smaller, by a third at most. Only then are causes shortened, which [Place] tells.
package placard
