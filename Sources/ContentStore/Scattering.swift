import Glibc

extension LocalFileSystem {
    /// Marks the folder as the top of hierarchies that have nothing to do with each other, where the
    /// file system knows such a mark (ext4: `chattr +T`); what it refuses, it refuses silently.
    ///
    /// Ext4 puts the files of neighbouring folders into one group of inodes, and does not use an
    /// inode again for some minutes: to make many files where as many were just removed, as a
    /// stage's outs are, it passes over all of those for each of them.
    public func scatter(_ folder: String) {
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        var flags = 0
        guard ioctl(file, Self.getFlags, &flags) == 0, flags & Self.top == 0 else { return }
        flags |= Self.top
        _ = ioctl(file, Self.setFlags, &flags)
    }

    // What C computes in macros.
    private static let getFlags: UInt = 0x8008_6601  // FS_IOC_GETFLAGS
    private static let setFlags: UInt = 0x4008_6602  // FS_IOC_SETFLAGS
    private static let top = 0x0002_0000  // FS_TOPDIR_FL
}
