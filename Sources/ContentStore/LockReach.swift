import Glibc

/// Whether a lock on a file system is seen by everybody who works on it.
///
/// A network file system can be mounted so that locks stay on this machine (`nolock`, `local_lock`):
/// they are granted, and keep nobody else out. What is mounted how, Linux says in
/// `/proc/self/mountinfo` (proc(5)).
struct LockReach {
    /// A mount that keeps locks to this machine.
    struct Local: Equatable {
        /// Where it is mounted.
        var folder: String
        /// Its type, such as `nfs4`.
        var type: String
        /// The option that says so.
        var option: String
    }

    private static let types = ["nfs", "nfs4", "cifs", "smb3"]
    private static let options = ["nolock", "local_lock=all", "local_lock=flock", "nobrl"]

    /// The mount of `device` if it shares files with other machines and not the locks on them.
    ///
    /// - Parameters:
    ///   - device: the device number of a file, as `major:minor`.
    ///   - mounts: the text of `mountinfo`.
    static func local(device: String, mounts: String) -> Local? {
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count > 5, fields[2] == device,
                let dash = fields.firstIndex(of: "-"), dash + 3 < fields.count
            else { continue }
            let type = fields[dash + 1]
            let stated = (fields[5] + "," + fields[dash + 3]).split(separator: ",").map(String.init)
            if types.contains(type), let option = stated.first(where: options.contains) {
                return Local(folder: fields[4], type: type, option: option)
            }
        }
        return nil
    }

    /// The mount that a file is on, if its locks reach nobody else.
    static func local(_ path: String) -> Local? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        // As the C library splits it (makedev(3)).
        let device = UInt64(info.st_dev)
        let major = device >> 8 & 0xFFF | device >> 32 & 0xFFFF_F000
        let minor = device & 0xFF | device >> 12 & 0xFFFF_FF00
        // What is on a disk of this machine has a driver's number; asking for the mounts costs more
        // than the lock.
        guard major == 0 else { return nil }
        let mounts = (try? LocalFileSystem().bytes(of: "/proc/self/mountinfo")) ?? []
        return local(
            device: "\(major):\(minor)", mounts: String(decoding: mounts, as: UTF8.self))
    }
}
