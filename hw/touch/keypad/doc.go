// Package keypad reads the keypad under the glass: navigation keypads with five keys or more, senders of function keys,
// volume wheels and numeric keypads, all of which the system takes for keyboards, and the socket for a headset that many
// of them have.
//
// A key counts when it goes down, once, however long it is held: what the system repeats of a held key is left out (EN
// 301 549, 5.7). Keys that are held together count one after the other, in the order in which they went down: nothing
// needs two keys, and no two keys mean something else together. A key that is struck again within the guard counts once
// (5.8), see [Config].
//
// The devices are taken for this program alone: what is typed on them reaches no window and no console. Which key was
// pressed is told to one function and written nowhere.
package keypad
