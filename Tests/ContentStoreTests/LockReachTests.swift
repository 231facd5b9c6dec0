import Testing

@testable import ContentStore

/// A project on a share is refused where its locks would keep nobody out.
struct LockReachTests {
    private let mounts = """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
        40 22 0:45 / /share rw,relatime shared:20 - nfs4 server:/a rw,vers=4.2,local_lock=none
        41 22 0:46 / /old rw,relatime - nfs server:/b rw,vers=3,nolock,local_lock=all
        42 22 0:47 / /flock rw shared:1 master:2 - nfs server:/c rw,vers=3,local_lock=flock
        43 22 0:48 / /posix rw - nfs server:/d rw,vers=3,local_lock=posix
        44 22 0:49 / /windows rw - cifs //server/e rw,nobrl
        45 22 0:50 / /tmp rw - tmpfs nolock rw,nolock
        bad
        46 22 0:51 / /cut rw -

        """

    @Test(arguments: [
        ("0:46", "/old", "nolock"), ("0:47", "/flock", "local_lock=flock"),
        ("0:49", "/windows", "nobrl"),
    ])
    func locksThatReachNobodyElseAreNamed(device: String, folder: String, option: String) {
        let local = LockReach.local(device: device, mounts: mounts)
        #expect(local?.folder == folder)
        #expect(local?.option == option)
    }

    @Test(arguments: ["254:0", "0:45", "0:48", "0:50", "0:51", "9:9"])
    func otherFileSystemsAreFine(device: String) {
        #expect(LockReach.local(device: device, mounts: mounts) == nil)
    }

    @Test func theRefusalSaysHowItIsMountedAndWhatToDo() {
        let error = FileError.lockIsLocal(path: "/old/p/lock", folder: "/old", option: "nolock")
        #expect("\(error)".contains("keeps locks to this machine"))
        #expect("\(error)".contains("found:    mounted with 'nolock'"))
        #expect("\(error)".contains("hint: mount it without 'nolock'"))
    }
}
