import Glibc

/// How an object gets to a place in the workspace.
public enum LinkType: String, Sendable, CaseIterable {
    /// A file of its own that shares the object's blocks until either is written to.
    case reflink
    /// Another name of the object itself, which is read-only.
    case hardlink
    /// A symbolic link to the object, which is read-only.
    case symlink
    /// A file of its own.
    case copy

    /// What is tried in this order where nothing is configured.
    public static let usual: [LinkType] = [.reflink, .copy]

    /// Whether the file in the workspace is the object.
    var isLink: Bool { self == .hardlink || self == .symlink }
}

/// None of the ways that the configuration allows works.
public struct LinkError: Error, Equatable, CustomStringConvertible {
    /// The object.
    public var object: String
    /// What was tried, each with the system's words.
    public var tried: [String]

    /// The message: a line that stands alone, then facts, then a hint.
    public var description: String {
        """
        the cache cannot be linked to from here: no 'cache.type' works
          object: \(object)
          tried:  \(tried.joined(separator: ", "))
        hint: add 'copy' to 'cache.type', which works everywhere
        """
    }
}

extension FileError {
    /// Whether a link failed because it cannot be made there, so that another way may do.
    var isUnlinkable: Bool {
        guard case .failed(_, _, let code) = self else { return false }
        return [EXDEV, EOPNOTSUPP, ENOTTY, EINVAL, ENOSYS, EPERM, EMLINK].contains(code)
    }

    /// The error of a file system that has no links.
    static func noLinks(_ path: String) -> FileError {
        .failed(action: "link", path: path, code: EOPNOTSUPP)
    }
}

extension LocalFileSystem {
    /// Shares blocks by `FICLONE`, and links by `link` and `symlink`.
    public func link(_ source: String, to path: String, as type: LinkType, mode: UInt32) throws {
        switch type {
        case .copy: try copy(source, to: path, mode: mode) { _ in }
        case .reflink:
            let input = try Descriptor(source, O_RDONLY | O_NONBLOCK, action: "open")
            let status = try input.status()
            let output = try Descriptor(path, O_RDWR | O_CREAT | O_EXCL, mode, action: "create")
            guard output.share(input, ofDevice: status.device) else {
                unlink(path)
                throw FileError.noLinks(path)
            }
            output.setModified(status.modified)
            do { try output.finish(mode: mode, durable: durable) } catch {
                unlink(path)
                throw error
            }
        case .hardlink:
            guard !Failpoint.strikes(.link), Glibc.link(source, path) == 0 else {
                throw FileError.last("link", path)
            }
        case .symlink:
            guard !Failpoint.strikes(.link), Glibc.symlink(source, path) == 0 else {
                throw FileError.last("link", path)
            }
        }
    }
}
