-- Pandoc writes no alternative text for Typst, and PDF/UA-1 asks for one: the description goes there, the title below.
local function quoted(text)
  return '"' .. text:gsub('[\\"]', '\\%0') .. '"'
end

function Figure(figure)
  local image
  figure:walk({ Image = function(found) image = found end })
  local call = 'image(' .. quoted(image.src) .. ', alt: ' .. quoted(pandoc.utils.stringify(image.caption)) .. ')'
  return pandoc.RawBlock('typst', '#figure(' .. call .. ', caption: ' .. quoted(image.title) .. ')')
end
