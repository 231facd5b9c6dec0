import BenchReport
import CCeilings
import Foundation

extension Report.Machine {
    /// This machine.
    static var current: Report.Machine {
        let cpu = text("/proc/cpuinfo")
        let flags = Set(
            field("flags", in: cpu).split(separator: " ").map(String.init))
        let known = [
            "avx2", "fma", "avx_vnni", "avx512f", "avx512bw", "avx512vl", "avx512_vnni",
            "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16", "amx_int8",
        ]
        let memory = field("MemTotal", in: text("/proc/meminfo")).split(separator: " ").first
        let tiles =
            ceiling_available(CEILING_INT8_AMX) != 0 && ceiling_available(CEILING_BFLOAT16_AMX) != 0
        return Report.Machine(
            processor: field("model name", in: cpu), cores: ProcessInfo.processInfo.processorCount,
            memory: (memory.flatMap { Double($0) } ?? 0) * 1024 / 1e9,
            instructions: known.filter(flags.contains), hasTiles: tiles,
            system: text("/proc/version").split(separator: " ").prefix(3).joined(separator: " "))
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    /// What stands behind the first `name:` of a file under /proc.
    private static func field(_ name: String, in text: String) -> String {
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        guard let line, let colon = line.firstIndex(of: ":") else { return "" }
        return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
}
