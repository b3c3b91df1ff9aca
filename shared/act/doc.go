// Package act is the record of what was done that is no run: by people, such as
// describing a dataset, and by Leo itself, such as bringing a catalogue up to date.
//
// Acts stand in the key-value bucket "acts" under <org>.<id>, where the id sorts by
// time, and are never changed. The gateway writes what people do, before they do
// it, and shows them to auditors; the syncer writes what it did.
package act
