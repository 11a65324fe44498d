using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace ThemePark.ArchitectureTests;

/// <summary>
/// The words the product fails with, read from its compiled methods: every word in capitals within a method that makes a failure, or that calls one which
/// takes a failure's code. Nobody has to remember to list a new one.
/// </summary>
internal static partial class FailureCodes
{
    // Types whose making says what went wrong, and the name of a parameter that is such a word.
    private static readonly string[] Failures = ["Failure", "ArchiveException", "DayFileException", "FileProblem", "CsvFormat"];
    private const string Parameter = "code";

    // How an import that could not go on as a whole is ended.
    private static readonly (string Type, string Method) EndOfImport = ("RunImport", "EndAsync");

    // States that are answered, or compared with, by a method that also fails.
    private static readonly string[] States = ["IGNORED", "QUEUED"];

    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields()
        .Select(f => f.GetValue(null)).OfType<OpCode>().ToDictionary(c => c.Value);

    /// <summary>Of every project but the simulator, whose answers are upstream's.</summary>
    public static IReadOnlySet<string> Emitted { get; } = Repository.Projects.Keys
        .Where(name => name != "ThemePark.Simulator").SelectMany(Read).Except(States).ToHashSet(StringComparer.Ordinal);

    private static List<string> Read(string assembly)
    {
        using var pe = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")));
        var reader = pe.GetMetadataReader();
        var words = new List<string>();
        foreach (var method in reader.MethodDefinitions.Select(reader.GetMethodDefinition).Where(m => m.RelativeVirtualAddress != 0))
        {
            var (texts, calls) = Scan(pe.GetMethodBody(method.RelativeVirtualAddress).GetILReader(), reader);
            if (calls.Any(call => Fails(reader, call)))
            {
                words.AddRange(texts.Where(t => Word().IsMatch(t)));
            }
        }

        return words;
    }

    private static (List<string> Texts, List<EntityHandle> Calls) Scan(BlobReader il, MetadataReader reader)
    {
        List<string> texts = [];
        List<EntityHandle> calls = [];
        while (il.RemainingBytes > 0)
        {
            int first = il.ReadByte();
            var code = OpCodes[unchecked((short)(first == 0xFE ? 0xFE00 | il.ReadByte() : first))];
            switch (code.OperandType)
            {
                case OperandType.InlineString:
                    texts.Add(reader.GetUserString((UserStringHandle)MetadataTokens.Handle(il.ReadInt32())));
                    break;
                case OperandType.InlineMethod:
                    calls.Add(MetadataTokens.EntityHandle(il.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    var targets = il.ReadInt32();
                    il.Offset += 4 * targets;
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    il.Offset++;
                    break;
                case OperandType.InlineVar:
                    il.Offset += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    il.Offset += 8;
                    break;
                default:
                    il.Offset += 4;
                    break;
            }
        }

        return (texts, calls);
    }

    private static bool Fails(MetadataReader reader, EntityHandle called)
    {
        switch (called.Kind)
        {
            case HandleKind.MethodSpecification:
                return Fails(reader, reader.GetMethodSpecification((MethodSpecificationHandle)called).Method);
            case HandleKind.MemberReference:
                var reference = reader.GetMemberReference((MemberReferenceHandle)called);
                return reference.Parent.Kind == HandleKind.TypeReference
                    && Makes(reader.GetString(reader.GetTypeReference((TypeReferenceHandle)reference.Parent).Name), reader.GetString(reference.Name));
            case HandleKind.MethodDefinition:
                var method = reader.GetMethodDefinition((MethodDefinitionHandle)called);
                var type = reader.GetTypeDefinition(method.GetDeclaringType());
                var name = reader.GetString(method.Name);
                return Makes(reader.GetString(type.Name), name)
                    || (name == EndOfImport.Method && type.IsNested && reader.GetString(reader.GetTypeDefinition(type.GetDeclaringType()).Name) == EndOfImport.Type)
                    || method.GetParameters().Any(p => reader.StringComparer.Equals(reader.GetParameter(p).Name, Parameter));
            default:
                return false;
        }
    }

    // Failure.Validation has no word of its caller's; NotFound has, and so has every making.
    private static bool Makes(string type, string method) => Failures.Contains(type) && (method is ".ctor" or "NotFound");

    [GeneratedRegex("^[A-Z]{2,}(_[A-Z]+)*$")]
    private static partial Regex Word();
}
