/// A remote while a push, a fetch or a look works with it: one way of reaching it.
///
/// Files are looked at, checked and taken in a folder on this machine that has a remote's layout: the
/// remote's own (`FolderVisit`), or a mirror into which they are brought first (`MirrorVisit`).
public protocol RemoteVisit: Sendable {
    /// Where files are once they have been brought.
    var folder: String { get }
    /// The objects in the folder.
    var objects: ObjectStore { get }
    /// A place for what is in the making, at the file system that it is moved to.
    var scratch: Scratch { get }

    /// The names, relative to the remote, of the files below some of its folders.
    func names(below folders: [String]) throws -> [String]
    /// Has those of `names`, relative to the remote, that are there in `folder`.
    func bring(_ names: [String]) throws
    /// Sends files of `folder` on to where the remote really is.
    func dispatch(_ names: [String]) throws

    /// Which of the objects are there, as far as can be told without reading them.
    func presence(of digests: [Digest]) throws -> Set<Digest>
    /// Sees to it that the remote has objects of `store`.
    func send(
        _ items: [ObjectTransfer.Item], from store: ObjectStore
    ) async throws -> ObjectTransfer.Outcome
    /// Sees to it that `store` has objects of the remote; `scratch` is at the store's file system.
    func receive(
        _ items: [ObjectTransfer.Item], into store: ObjectStore, scratch: Scratch
    ) async throws -> ObjectTransfer.Outcome

    /// Where an object is, for people.
    func place(of digest: Digest) -> String
    /// Removes what is in the making.
    func end()
}

extension RemoteVisit {
    /// Where runs are by fingerprint.
    public var runs: String { "\(folder)/runs" }

    /// Has an object that is there in `objects`.
    public func bring(_ digest: Digest) throws { try bring([name(of: digest)]) }

    func name(of digest: Digest) -> String {
        String(objects.path(of: digest).dropFirst(folder.utf8.count + 1))
    }
}
