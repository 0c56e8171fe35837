// Package intake keeps the files that members hand to a server until they are in the book. An upload lies in a folder of
// its own beside a small file that says how it stands: it is looked at, told how it is to be understood, tried out, and
// taken in by the server while its member does other things. What an import is stands in transfer; here stand only the
// waiting, the watching and the stopping.
package intake
