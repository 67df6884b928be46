namespace GpuQuant.Backends.Cpu;

/// <summary>Walks over output pixels and tells where the window of each begins in the bordered images, in elements.</summary>
internal struct PixelCursor
{
    private readonly int _outWidth, _outHeight, _stepX;
    private readonly long _stepY, _imageFloats;
    private int _x, _y;
    private long _image, _row, _offset;

    public PixelCursor(in BorderedImages images, in Window2D window, int pixel)
    {
        (_outWidth, _outHeight) = (window.OutWidth, window.OutHeight);
        _stepX = window.StrideX * images.Channels;
        _stepY = (long)window.StrideY * images.Columns * images.Channels;
        _imageFloats = images.ImageFloats;
        (var row, _x) = Math.DivRem(pixel, _outWidth);
        (var image, _y) = Math.DivRem(row, _outHeight);
        _image = image * _imageFloats;
        _row = _image + _y * _stepY;
        _offset = _row + _x * _stepX;
    }

    /// <summary>The current pixel's offset; goes on to the next.</summary>
    public long Next()
    {
        var current = _offset;
        _offset += _stepX;
        if (++_x == _outWidth)
        {
            _x = 0;
            _row += _stepY;
            if (++_y == _outHeight)
            {
                _y = 0;
                _row = _image += _imageFloats;
            }
            _offset = _row;
        }
        return current;
    }
}
