import Glibc

/// How many threads and how much memory this process may use: what the machine has, or its control
/// groups (version 1 or 2) leave.
public struct MachineLimits: Sendable, Equatable {
    /// Processors, rounded up where a control group grants a part of one.
    public var threads: Int
    /// Bytes.
    public var memory: Int

    /// The limits of this process.
    public static var current: MachineLimits {
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        let memory = pages > 0 ? pages * max(1, sysconf(Int32(_SC_PAGESIZE))) : Int.max
        return MachineLimits(
            processors: sysconf(Int32(_SC_NPROCESSORS_ONLN)), memory: memory, read: text)
    }

    /// The limits within `processors` and `memory`; `read` gives the text of a file, nil where there
    /// is none.
    init(processors: Int, memory: Int, read: (String) -> String?) {
        let allowed = MachineLimits.allowedProcessors(read("/proc/self/status") ?? "")
        var limits = (cores: Double(max(1, min(processors, allowed))), memory: memory)
        for group in MachineLimits.groups(read("/proc/self/cgroup") ?? "") {
            for folder in group.folders {
                func numbers(_ name: String) -> [Double?]? {
                    read("\(folder)/\(name)")?.split(whereSeparator: \.isWhitespace)
                        .map { Double($0) }
                }
                func narrow(_ quota: Double?, of period: Double?) {
                    guard let quota, let period, quota > 0, period > 0 else { return }
                    limits.cores = min(limits.cores, quota / period)
                }
                if let both = numbers("cpu.max"), both.count == 2 { narrow(both[0], of: both[1]) }
                narrow(
                    numbers("cpu.cfs_quota_us")?.first ?? nil,
                    of: numbers("cpu.cfs_period_us")?.first ?? nil)
                for name in ["memory.max", "memory.limit_in_bytes"] {
                    guard let bytes = numbers(name)?.first ?? nil, bytes > 0, bytes < 1e18 else {
                        continue
                    }
                    limits.memory = min(limits.memory, Int(bytes))
                }
            }
        }
        threads = max(1, Int(limits.cores.rounded(.up)))
        self.memory = limits.memory
    }

    /// The folders that hold the limits of a process, its own group first, from the lines
    /// `number:controllers:path` of `/proc/self/cgroup`.
    private static func groups(_ text: String) -> [(name: String, folders: [String])] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            let kinds = parts[1].split(separator: ",")
            guard kinds.isEmpty || kinds.contains("cpu") || kinds.contains("memory") else {
                return nil
            }
            let mount = "/sys/fs/cgroup" + (parts[1].isEmpty ? "" : "/\(parts[1])")
            // Every group around it limits it too. In a container the path may be that outside.
            var names = parts[2].split(separator: "/").filter { $0 != ".." }
            var folders = [mount]
            while !names.isEmpty {
                folders.append(mount + "/" + names.joined(separator: "/"))
                names.removeLast()
            }
            return (String(parts[1]), folders)
        }
    }

    /// The processors that the line `Cpus_allowed: ff,ffffffff` has bits for.
    private static func allowedProcessors(_ status: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
        let bits = line?.dropFirst("Cpus_allowed:".count).compactMap(\.hexDigitValue)
            .reduce(0) { $0 + $1.nonzeroBitCount }
        return bits.map { $0 > 0 ? $0 : .max } ?? .max
    }

    private static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        let count = Glibc.read(file, &bytes, bytes.count)
        return count >= 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }
}
