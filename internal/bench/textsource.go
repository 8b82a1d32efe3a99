package main

import _ "embed"

// hyperscanSource is a program that counts the matches of four patterns in a
// file, the way of its library that is fastest for it: block mode over 1 MiB
// at a time.
//
//go:embed testdata/hyperscan.c
var hyperscanSource string
