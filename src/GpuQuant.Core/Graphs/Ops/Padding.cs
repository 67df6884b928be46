using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>How windows treat the image's border.</summary>
public enum Padding
{
    /// <summary>As TensorFlow's "same": ceil(size / stride) outputs, zeros around the image, an odd one at the end.</summary>
    Same,
    /// <summary>Windows stay inside the image.</summary>
    Valid,

    /// <summary>
    /// kernel / 2 rows and columns of zeros on every side, whatever the stride: PyTorch's <c>padding=kernel // 2</c>, and Keras's
    /// ZeroPadding2D before a "valid" layer. 224 rows, kernel 7, stride 2: 112 outputs, 3 rows of padding on top ("same" has 2).
    /// </summary>
    Half,
}

/// <summary>Windows from the attributes of ops.</summary>
internal static class Windows
{
    public static Window2D Of(Padding padding, Shape image, int kernel, int stride)
    {
        if (kernel < 1 || stride < 1)
            throw new UsageException($"takes a kernel and a stride of at least 1, got kernel {kernel}, stride {stride}");
        return padding switch
        {
            Padding.Same => Window2D.Same(image[0], image[1], kernel, stride),
            Padding.Half => Window2D.Half(image[0], image[1], kernel, stride),
            _ => Window2D.Valid(image[0], image[1], kernel, stride),
        };
    }
}
