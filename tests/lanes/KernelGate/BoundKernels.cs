using System.Reflection;
using System.Reflection.Emit;

namespace KernelGate;

/// <summary>
/// The kernels that an assembly can launch, read from its code: every static method of the kernels' namespace to which it makes a
/// delegate. Kernels with type parameters are found as the types with which they are used.
/// </summary>
public sealed class BoundKernels
{
    private const BindingFlags Every =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    private readonly string _namespace;
    private readonly HashSet<MethodBase> _seen = [];
    private readonly HashSet<MethodInfo> _kernels = [];

    private BoundKernels(string @namespace) => _namespace = @namespace;

    /// <summary>The kernels that the assembly's code binds, ordered by name.</summary>
    public static IReadOnlyList<MethodInfo> Of(Assembly assembly, string @namespace = "GpuQuant.Kernels")
    {
        var bound = new BoundKernels(@namespace);
        foreach (var method in assembly.GetTypes().SelectMany(Methods).Where(method => !method.ContainsGenericParameters))
            bound.Visit(method);
        return [.. bound._kernels.OrderBy(Name, StringComparer.Ordinal)];
    }

    /// <summary>A kernel's name, such as <c>GemmKernel.Multiply</c> or <c>TileKernel.Run&lt;Tile64&gt;</c>.</summary>
    public static string Name(MethodInfo kernel) =>
        $"{TypeName(kernel.DeclaringType!)}.{kernel.Name}{Arguments(kernel.GetGenericArguments())}";

    private static string TypeName(Type type) => type.Name.Split('`')[0] + Arguments(type.GetGenericArguments());

    private static string Arguments(Type[] types) => types.Length == 0 ? "" : $"<{string.Join(' ', types.Select(TypeName))}>";

    private static IEnumerable<MethodBase> Methods(Type type) => [.. type.GetMethods(Every), .. type.GetConstructors(Every)];

    private void Visit(MethodBase method)
    {
        if (!_seen.Add(method) || method.GetMethodBody()?.GetILAsByteArray() is not { } code)
            return;
        var typeArguments = method.DeclaringType?.IsGenericType == true ? method.DeclaringType.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        foreach (var (operation, token) in MethodTokens(code))
        {
            var target = method.Module.ResolveMethod(token, typeArguments, methodArguments)!;
            if (operation == OpCodes.Ldftn && target is MethodInfo { IsStatic: true } kernel
                && kernel.DeclaringType!.Namespace == _namespace)
                _kernels.Add(kernel);
            else if (target.Module == method.Module && IsClosedGeneric(target))
                Visit(target);
        }
    }

    // Methods without type parameters are visited anyway.
    private static bool IsClosedGeneric(MethodBase method) => !method.ContainsGenericParameters
        && (method.IsGenericMethod || method.DeclaringType?.IsGenericType == true);

    private static IEnumerable<(OpCode Operation, int Token)> MethodTokens(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? (short)(0xFE00 | code[at + 1]) : code[at];
            var operation = OpCodesByValue[value];
            at += operation.Size;
            if (operation.OperandType is OperandType.InlineMethod or OperandType.InlineTok && IsMethodToken(code[at + 3]))
                yield return (operation, BitConverter.ToInt32(code, at));
            at += OperandSize(operation, code, at);
        }
    }

    // Of the kinds of tokens: method definitions, members of other types or assemblies, methods with type arguments.
    private static bool IsMethodToken(byte table) => table is 0x06 or 0x0A or 0x2B;

    private static int OperandSize(OpCode operation, byte[] code, int at) => operation.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
        _ => 4,
    };
}
