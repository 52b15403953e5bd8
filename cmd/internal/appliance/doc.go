// Package appliance assembles what a totem is around its kiosk: its provisioning at each boot ([Prepare]), its first start,
// step by step on the bare screen ([Enrol]), the X server ([Display]), and the placards of starting, stopping and being out
// of service. It changes files below [Config.Root] alone, so that a test is a whole totem in a temporary folder.
//
// What one boot tells the next lies in /ident: the accepted provisioning file without its token, how far the enrolment is, and
// that it is done. Each of them is replaced as a whole, so that the power may fail at any moment.
package appliance
