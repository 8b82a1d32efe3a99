package source

import "context"

// Splitter is an optional ability of a Connector: to cut a full read into parts
// that several readers share.
type Splitter interface {
	// Split cuts the full read of d.Columns into parts that n readers can share
	// well. They do not overlap, and together they are every row of d once, as of
	// one moment where the store can hold one for several sessions. One part or
	// none says that d is better read whole, by Open; the Version of one part is
	// then that of all of d.
	//
	// What the parts share in the store is freed once each of them was opened and
	// closed, or ctx ends; so ctx must outlive their readers.
	Split(ctx context.Context, d Dataset, n int) ([]Part, error)
}

// Part is a piece of a dataset's full read, and what is read again where a
// reading is resumed.
type Part struct {
	// Name is the dataset's with the bounds of the part, such as
	// public.users[ctid 0-2048). It has the bounds of keys only where they are
	// made of numbers of the store's own, never a value of a row.
	Name  string
	Bytes int64 // on disk, about; -1 = unknown
	// Version tells the part's content from what it had at another time: a part of
	// the same name and version has the same rows. "" = unknown.
	Version string
	// Open starts the read, as Connector.Open does.
	Open func(ctx context.Context) (Reader, error)
}
