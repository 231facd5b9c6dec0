import ContentStore
import Glibc

/// What runs are recorded with and never compared by.
enum Machine {
    /// System, architecture and number of processors, such as `Linux x86_64, 2 processors`.
    static var name: String {
        var info = utsname()
        guard uname(&info) == 0 else { return "unknown" }
        let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        return "\(text(info.sysname)) \(text(info.machine)), \(processors) processors"
    }

    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

extension FileTime {
    var inSeconds: Double { Double(seconds) + Double(nanoseconds) * 1e-9 }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
